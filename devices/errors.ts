/** What each error of a device means and how it is mended. */
export const deviceErrors = {
  ALLO_E_DEVICE_PROPERTY: {
    meaning: 'The thing has no such property, or it cannot be used this way.',
    mend: 'Ask the appliance to `describe` itself: it lists every property, its type and whether it is writable.',
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
