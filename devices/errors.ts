/** What each error of a device means and how it is mended. */
export const deviceErrors = {
  ALLO_E_DEVICE_ACTION: {
    meaning: 'The thing has no such action.',
    mend: 'Ask the appliance to `describe` itself: it lists every action.',
  },
  ALLO_E_DEVICE_PROPERTY: {
    meaning: 'The thing has no such property, or it cannot be used this way.',
    mend: 'Ask the appliance to `describe` itself: it lists every property, its type and whether it is writable.',
  },
  ALLO_E_DEVICE_STOPPED: {
    meaning: 'The thing is not running.',
    mend: 'Wait for the appliance to start it; `allo-agent check` says what keeps it from starting.',
  },
  ALLO_E_DEVICE_VALUE: {
    meaning: 'The value does not suit the property.',
    mend: 'Ask the appliance to `describe` itself: it lists the type and the range of every property.',
  },
  ALLO_E_GPIO_BACKEND: {
    meaning: 'The way to GPIO that the configuration asks for cannot be loaded.',
    mend: 'Use `backend: auto`, or install the missing package: `koffi` for chardev, `onoff` for sysfs.',
  },
  ALLO_E_GPIO_BUSY: {
    meaning: 'Another program, or a driver of the kernel, holds the GPIO line.',
    mend: 'Stop it, or use another line; `gpioinfo` and `allo-agent discover` name who holds which line.',
  },
  ALLO_E_GPIO_IO: {
    meaning: 'The kernel failed on the GPIO line.',
    mend: 'Check that the chip is still there (`allo-agent discover`) and see `dmesg`; it is tried again by itself.',
  },
  ALLO_E_GPIO_LINE: {
    meaning: 'There is no such GPIO line, or its name does not tell which one is meant.',
    mend: 'Take `line` and `chip` from what `allo-agent discover` prints.',
  },
  ALLO_E_GPIO_NONE: {
    meaning: 'The machine shows no GPIO at all.',
    mend: 'Run on a board with GPIO and a kernel that drives it, or use `backend: simulated`.',
  },
  ALLO_E_GPIO_PERMISSION: {
    meaning: 'The user of the daemon may not use GPIO.',
    mend: 'Add the user to the group that owns the device: `adduser allo-agent gpio`; then restart the daemon.',
  },
  ALLO_E_GPIO_UNSUPPORTED: {
    meaning: 'The kernel, the chip or the backend cannot do what the configuration asks of the line.',
    mend: 'Use `backend: chardev` on Linux 5.10 or newer, or leave out the option the message names.',
  },
  ALLO_E_MICROPHONE_BACKEND: {
    meaning: 'The program or package that captures sound is not installed.',
    mend: 'Install arecord (`apt install alsa-utils`), or build the optional package: `npm install alsa-capture`.',
  },
  ALLO_E_MICROPHONE_BUSY: {
    meaning: 'Another program holds the capture device.',
    mend: 'Stop the program the message names, or share the device through a sound server (`device: pulse`).',
  },
  ALLO_E_MICROPHONE_FLOOD: {
    meaning: 'The PCM gives samples faster than any clock: it is not a microphone.',
    mend: 'Set `microphone.device` to a real capture device; `allo-agent discover` lists them.',
  },
  ALLO_E_MICROPHONE_FORMAT: {
    meaning: 'The PCM cannot give 48 kHz mono samples of 16 bits.',
    mend: 'Let ALSA convert: write `plughw:` instead of `hw:` in `microphone.device`.',
  },
  ALLO_E_MICROPHONE_LOST: {
    meaning: 'Capturing ended by itself: the device was unplugged, or what captures failed.',
    mend: 'Check the plug and `dmesg`; the device is opened again by itself.',
  },
  ALLO_E_MICROPHONE_MISSING: {
    meaning: 'There is no such capture PCM now.',
    mend: 'Plug the device in, or set `microphone.device` to one that `allo-agent discover` lists.',
  },
  ALLO_E_MICROPHONE_MUTED: {
    meaning: 'The microphone is muted, so it has no level.',
    mend: 'Unmute it first: write `false` to `microphone.muted`.',
  },
  ALLO_E_MICROPHONE_PERMISSION: {
    meaning: 'The user of the daemon may not use the sound devices.',
    mend: 'Add the user to the group that owns them: `adduser allo-agent audio`; then restart the daemon.',
  },
  ALLO_E_MICROPHONE_STALLED: {
    meaning: 'The capture device is open but gives no sound.',
    mend: 'Check the device and `dmesg`; it is opened again by itself.',
  },
  ALLO_E_MICROPHONE_TRACK: {
    meaning: 'The microphone works, but the place gave no track to send its sound on.',
    mend: 'Ask whoever runs the place whether it carries audio; the agent asks again after every rejoin.',
  },
  ALLO_E_SENSOR_MISSING: {
    meaning: 'The kernel shows no such sensor.',
    mend: 'Take the name from what `allo-agent discover` prints; where it prints none, this machine has none.',
  },
  ALLO_E_SENSOR_READ: {
    meaning: 'The sensor is there but cannot be read.',
    mend: 'See `dmesg` for what its driver says; it is read again at every interval.',
  },
  ALLO_E_SERIAL_BUSY: {
    meaning: 'Another program has the serial port open.',
    mend: 'Stop that program; ModemManager and a login console are the usual ones. It is tried again by itself.',
  },
  ALLO_E_SERIAL_IO: {
    meaning: 'The kernel failed on the serial port.',
    mend: 'See `dmesg` for what the driver of the port says; it is tried again by itself.',
  },
  ALLO_E_SERIAL_LINES: {
    meaning: 'Lines arrive on the serial port, but none that can be understood.',
    mend: 'Check `baud_rate` first, then `format` and the properties against what the device sends.',
  },
  ALLO_E_SERIAL_LOST: {
    meaning: 'The serial port was unplugged, or its device has gone.',
    mend: 'Plug it in again: it is opened by itself. If nobody pulled it, look at its power supply and cable.',
  },
  ALLO_E_SERIAL_MISSING: {
    meaning: 'There is no such serial port.',
    mend: 'Plug the device in, or take `path` from what `allo-agent discover` prints.',
  },
  ALLO_E_SERIAL_NOT_A_PORT: {
    meaning: 'The path is something else than a serial port.',
    mend: 'Take `path` from what `allo-agent discover` prints.',
  },
  ALLO_E_SERIAL_PACKAGE: {
    meaning: 'The package for serial ports cannot be loaded on this machine.',
    mend: 'Run `npm rebuild serialport`; ready-made binaries exist for ARM and x86, elsewhere it needs a compiler.',
  },
  ALLO_E_SERIAL_PERMISSION: {
    meaning: 'The user of the daemon may not open the serial port.',
    mend: 'Add the user to the group that owns the port: `adduser allo-agent dialout`; then restart the daemon.',
  },
  ALLO_E_SERIAL_SETTINGS: {
    meaning: 'The serial port does not take these settings.',
    mend: 'Use a common `baud_rate`, such as 9600 or 115200, and leave data bits, parity and stop bits as they are.',
  },
  ALLO_E_SERIAL_SILENT: {
    meaning: 'The device on the serial port has not sent this value yet.',
    mend: 'Wait for its next line; if none ever comes, check its wiring (TX to RX) and `baud_rate`.',
  },
  ALLO_E_SPEAKER_BACKEND: {
    meaning: 'The program that plays sound is not installed.',
    mend: 'Install aplay: `apt install alsa-utils`.',
  },
  ALLO_E_SPEAKER_BUSY: {
    meaning: 'Another program holds the playback device.',
    mend: 'Stop the program the message names, or share the device through a sound server (`device: pulse`).',
  },
  ALLO_E_SPEAKER_FLOOD: {
    meaning: 'The PCM takes samples faster than any clock: nothing plays them.',
    mend: 'Set `speaker.device` to a real playback device; `allo-agent discover` lists them.',
  },
  ALLO_E_SPEAKER_FORMAT: {
    meaning: 'The PCM cannot take 48 kHz mono samples of 16 bits.',
    mend: 'Let ALSA convert: write `plughw:` instead of `hw:` in `speaker.device`.',
  },
  ALLO_E_SPEAKER_LOST: {
    meaning: 'Playing ended by itself: the device was unplugged, or what plays failed.',
    mend: 'Check the plug and `dmesg`; the device is opened again by itself.',
  },
  ALLO_E_SPEAKER_MISSING: {
    meaning: 'There is no such playback PCM now.',
    mend: 'Plug the device in, or set `speaker.device` to one that `allo-agent discover` lists.',
  },
  ALLO_E_SPEAKER_OPUS: {
    meaning: 'The speaker works, but what people send cannot be decoded.',
    mend: 'Run `npm ci` again in the folder of allo-agent: libopus could not be loaded.',
  },
  ALLO_E_SPEAKER_PERMISSION: {
    meaning: 'The user of the daemon may not use the sound devices.',
    mend: 'Add the user to the group that owns them: `adduser allo-agent audio`; then restart the daemon.',
  },
  ALLO_E_SPEAKER_STALLED: {
    meaning: 'The playback device is open but takes no sound.',
    mend: 'Check the device and `dmesg`; it is opened again by itself.',
  },
} as const satisfies Record<string, { meaning: string; mend: string }>;

export type DeviceErrorCode = keyof typeof deviceErrors;

/** A device's refusal or failure. `message` is a reason a person can read. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode;

  constructor(code: DeviceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DeviceError';
    this.code = code;
  }

  get mend(): string {
    return deviceErrors[this.code].mend;
  }
}
