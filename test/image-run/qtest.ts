import { LineSocket } from './line-socket.ts';

/** QEMU's test protocol: the pins and the memory of the machine from outside, while the guest runs. */
export class Qtest {
  readonly #socket: LineSocket;

  private constructor(socket: LineSocket) {
    this.#socket = socket;
  }

  static async connect(path: string): Promise<Qtest> {
    return new Qtest(await LineSocket.connect(path));
  }

  /** Puts a level on input `pin` of a device, as a wire would. */
  async setInput(device: string, pin: number, high: boolean): Promise<void> {
    await this.#ask(`set_irq_in ${device} unnamed-gpio-in ${pin} ${high ? 1 : 0}`);
  }

  /** A register of 32 bits. */
  async readRegister(address: number): Promise<number> {
    const [value] = await this.#ask(`readl 0x${address.toString(16)}`);
    return Number(value);
  }

  async #ask(command: string): Promise<string[]> {
    this.#socket.send(command);
    for (;;) {
      const [status, ...rest] = (await this.#socket.receive()).split(' ');
      // Interrupts are told in between, to those who asked for them.
      if (status === 'IRQ') continue;
      if (status !== 'OK') throw new Error(`QEMU refuses ${command}: ${[status, ...rest].join(' ')}`);
      return rest;
    }
  }

  close(): void {
    this.#socket.close();
  }
}
