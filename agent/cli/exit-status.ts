/** How every command ends. */
export const exitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  /** EX_CONFIG of sysexits(3): a service manager does not start again on it. */
  config: 78,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
