/**
 * Applies a volume of 0 to 100 percent, in place. As with the sliders of sound servers the amplitude goes with its
 * third power, which people hear as even steps: 50 is -18 dB, 0 is silence.
 */
export function applyVolume(samples: Int16Array, percent: number): void {
  if (percent >= 100) return;
  const gain = (percent / 100) ** 3;
  for (let index = 0; index < samples.length; index++) samples[index] = Math.round(samples[index]! * gain);
}
