import { type CheckName, checkNames, checks } from './checks.ts';

export interface Finding {
  readonly outcome: 'passed' | 'failed';
  /** What was measured, or what went wrong. */
  readonly figures: string;
  /** ISO 8601, UTC */
  readonly at: string;
}

export interface Report {
  /** What was tested with what: name and value. */
  readonly facts: Readonly<Record<string, string>>;
  readonly findings: Readonly<Partial<Record<CheckName, Finding>>>;
}

const marks = { passed: '✓', failed: '✗' } as const;

/** For a terminal: a line for each check. */
export function renderTable({ findings }: Report): string {
  return checkNames
    .map((name) => {
      const finding = findings[name];
      const title = `${checks[name].step.padEnd(10)}${checks[name].title}`;
      if (!finding) return `–  ${title}\n${' '.repeat(13)}not run`;
      return `${marks[finding.outcome]}  ${title}\n${' '.repeat(13)}${finding.figures.replaceAll('\n', `\n${' '.repeat(13)}`)}`;
    })
    .join('\n');
}

/** docs/image-test.md */
export function renderDocument(report: Report): string {
  const facts = Object.entries(report.facts).map(([name, value]) => `| ${name} | ${cell(value)} |`);
  const rows = checkNames.map((name) => {
    const { step, title } = checks[name];
    const finding = report.findings[name];
    const outcome = finding?.outcome ?? 'not run';
    const when = finding ? finding.at.slice(0, 16).replace('T', ' ') : '';
    return `| \`${step}\` | ${title} | ${outcome === 'passed' ? 'passed' : `**${outcome}**`} | ${cell(finding?.figures ?? '')} | ${when} |`;
  });
  return `<!-- Written by scripts/test-image -->
# Test of the image

The last result of \`scripts/test-image\`, which boots the image of \`scripts/build-image\` under QEMU and uses it as a
person would: the two files on its boot partition are edited, the place is open on the host, and everything else is
asked through the place, through SSH, or at the pins of the emulated chip.

| | |
| --- | --- |
${facts.join('\n')}

| step | check | outcome | figures | UTC |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

## What this shows, and what it does not

- **No Pi was switched on.** QEMU runs no firmware of a Pi (\`bootcode.bin\`, \`start.elf\`, \`config.txt\`): kernel, initial
  RAM disk and device tree are taken out of the boot partition and handed to it. Wi-Fi, Bluetooth, HDMI and the Pi 4 and 5
  are not emulated.
- **All times are of emulation**, every instruction translated on a machine that has other work too: a Pi is several
  times as fast. On the command line of the kernel systemd is given more time than on a Pi, 900 s for devices and for the
  start of units, and page tables of the kernel's own are switched off, which cost QEMU most of its time.
- **\`virt\`** is QEMU's own board, with a PL061 GPIO chip whose pins are driven from outside through \`qtest\`. A time to a
  reading is from just before the pin is set to the visitor's line being read on the host.
  Its watchdog is an i6300ESB.
- **\`raspi3b\`** has the GPIO chip and driver of a Pi 3, but QEMU emulates neither its inputs nor its edges: outputs only.
  Of its watchdog there is a register that resets the board as soon as it is set: systemd leaves it alone here.
- **Sound** goes through the kernel's \`snd-aloop\`, played into at one end and captured by the daemon at the other.
- **A power cut** is \`SIGKILL\` to QEMU. What a guest has written is then still in the memory of the host, so nothing
  would be lost: therefore every write and flush of the guest is logged (\`blklogwrites\`), and the card is made anew from
  that log as a real one might be found. All that came before the last flush is there; of what came later about half is
  lost, in no order, and some writes end in their middle. Cards that lose what they have confirmed are not covered.
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, '; ');
}
