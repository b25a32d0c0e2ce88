/** Parts of the test that can be run alone, in the order in which they run. */
export const steps = ['boot', 'write', 'edge', 'audio', 'watchdog', 'resources', 'power', 'board'] as const;

export type Step = (typeof steps)[number];

interface Check {
  readonly step: Step;
  readonly title: string;
}

/** All there is to be shown. What is not run is told as such. */
export const checks = {
  joins: {
    step: 'boot',
    title: 'The unit becomes active by itself and joins the place of the edited allo-agent.yaml',
  },
  seen: { step: 'boot', title: 'A visitor on the host sees the appliance' },
  grown: { step: 'boot', title: 'The root file system fills the card' },
  told: { step: 'boot', title: 'The log on the boot partition tells that all is well' },
  whole: { step: 'boot', title: 'After switching off, both file systems are clean' },
  write: {
    step: 'write',
    title: "A visitor's write switches a GPIO line, read back in the guest and in the chip",
  },
  edge: { step: 'edge', title: 'Every edge on an input is a reading in the world within 250 ms' },
  audio: { step: 'audio', title: 'A tone played into snd-aloop comes back out of the recorded track' },
  watchdog: {
    step: 'watchdog',
    title: 'A daemon stopped with SIGSTOP is caught by the watchdog and comes back',
  },
  hang: {
    step: 'watchdog',
    title: "A system whose first process has crashed is restarted by the board's watchdog, and joins",
  },
  resources: { step: 'resources', title: 'Memory and CPU of the daemon, with audio' },
  quiet: { step: 'resources', title: 'Nothing but the state of the daemon is written to the card' },
  returns: { step: 'power', title: 'After every power cut the image comes back by itself, and joins' },
  synced: { step: 'power', title: 'What was synced before a power cut is there after it' },
  seqInLife: { step: 'power', title: 'No reading of one life is told twice: seq counts up by one' },
  seqAcrossLives: { step: 'power', title: 'No seq of a property is told again after a power cut' },
  clean: { step: 'power', title: 'After the last power cut, the file systems are mended by the boot alone' },
  boardJoins: { step: 'board', title: "raspi3b: the image boots with the board's own drivers, and joins" },
  boardWrite: { step: 'board', title: 'raspi3b: a write switches GPIO17 of pinctrl-bcm2835, by its name' },
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;

export const checkNames = Object.keys(checks) as CheckName[];
