import { LineSocket } from './line-socket.ts';

interface QomProperty {
  readonly name: string;
  readonly type: string;
}

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

/** QEMU's machine protocol: one command at a time, events passed over. */
export class Qmp {
  readonly #socket: LineSocket;

  private constructor(socket: LineSocket) {
    this.#socket = socket;
  }

  static async connect(path: string): Promise<Qmp> {
    const qmp = new Qmp(await LineSocket.connect(path));
    // The greeting, before which nothing may be asked.
    await qmp.#socket.receive();
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  async execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    this.#socket.send(JSON.stringify({ execute: command, arguments: args }));
    for (;;) {
      const reply = JSON.parse(await this.#socket.receive()) as Reply;
      if (reply.error) throw new Error(`QEMU refuses ${command}: ${reply.error.desc}`);
      if ('return' in reply) return reply.return;
    }
  }

  /** Path in the object tree of the first device of a type, as qtest names it. */
  async deviceOfType(type: string): Promise<string> {
    const home = '/machine/unattached';
    const children = (await this.execute('qom-list', { path: home })) as readonly QomProperty[];
    const found = children.find((child) => child.type === `child<${type}>`);
    if (!found) throw new Error(`this machine has no ${type}`);
    return `${home}/${found.name}`;
  }

  close(): void {
    this.#socket.close();
  }
}
