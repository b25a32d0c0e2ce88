import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type CheckName, checkNames, checks } from './checks.ts';
import { type Finding, type Report, renderDocument } from './report.ts';

interface Kept {
  /** SHA-256 of the image. */
  readonly image: string;
  readonly facts: Record<string, string>;
  readonly findings: Partial<Record<CheckName, Finding>>;
}

/**
 * Takes down what was found, after every check, so that a test that is cut short has said what it knew. Findings of
 * the same image are kept from run to run, each with its time.
 */
export class Recorder implements Report {
  readonly #kept: Kept;
  readonly #file: string;
  readonly #document: string;
  readonly #say: (line: string) => void;
  failures = 0;

  constructor(image: string, file: string, document: string, say: (line: string) => void) {
    const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : undefined;
    this.#kept = before?.image === image ? before : { image, facts: {}, findings: {} };
    this.#file = file;
    this.#document = document;
    this.#say = say;
  }

  get facts(): Kept['facts'] {
    return this.#kept.facts;
  }

  get findings(): Kept['findings'] {
    return this.#kept.findings;
  }

  fact(name: string, value: string): void {
    this.#kept.facts[name] = value;
    this.#write();
  }

  /** What was found about one check before this is forgotten, for it is being run again. */
  begin(step: string): void {
    for (const name of checkNames) if (checks[name].step === step) delete this.#kept.findings[name];
    this.#write();
  }

  note(name: CheckName, outcome: Finding['outcome'], figures: string): void {
    if (outcome === 'failed') this.failures++;
    this.#kept.findings[name] = { outcome, figures, at: new Date().toISOString() };
    this.#say(`${outcome === 'passed' ? '✓' : '✗'} ${checks[name].title}: ${figures}`);
    this.#write();
  }

  /** Makes one check. True where it passes; `look` gives the figures, or throws what is wrong. */
  async check(name: CheckName, look: () => Promise<string>): Promise<boolean> {
    try {
      this.note(name, 'passed', await look());
      return true;
    } catch (error) {
      this.note(name, 'failed', (error as Error).message);
      return false;
    }
  }

  #write(): void {
    writeFileSync(this.#file, `${JSON.stringify(this.#kept, undefined, 2)}\n`);
    writeFileSync(this.#document, renderDocument(this));
  }
}
