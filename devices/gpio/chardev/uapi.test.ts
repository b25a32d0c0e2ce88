import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as uapi from './uapi.ts';

/** What `uapi.test.c` prints: the header of this machine, as its C compiler sees it. */
interface Header {
  readonly layout: typeof uapi.layout;
  readonly requests: typeof uapi.requests;
  readonly flags: Record<string, string>;
  readonly attributeIds: typeof uapi.attributeIds;
  readonly eventIds: typeof uapi.eventIds;
  readonly eventBufferMax: number;
  readonly bytes: Record<
    | 'inputRequest'
    | 'outputRequest'
    | 'outputConfig'
    | 'valuesOn'
    | 'valuesOff'
    | 'lineInfoQuery'
    | 'chipInfo'
    | 'lineInfo'
    | 'risingEvent'
    | 'fallingEvent'
    | 'grantedRequest',
    string
  >;
}

function readHeader(): Header {
  const folder = mkdtempSync(join(tmpdir(), 'gpio-uapi-'));
  try {
    const program = join(folder, 'uapi');
    const source = fileURLToPath(new URL('./uapi.test.c', import.meta.url));
    try {
      execFileSync('cc', ['-Wall', '-Werror', '-o', program, source], { stdio: 'pipe' });
    } catch (cause) {
      throw new Error(
        `This test compares with linux/gpio.h through a C compiler: apt-get install gcc libc6-dev linux-libc-dev (Linux 5.10 or newer). ${(cause as Error).message}`,
        { cause },
      );
    }
    return JSON.parse(execFileSync(program, { encoding: 'utf8' })) as Header;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the GPIO uAPI, compared with linux/gpio.h', () => {
  let header: Header;
  beforeAll(() => {
    header = readHeader();
  });
  const bytes = (name: keyof Header['bytes']) => Buffer.from(header.bytes[name], 'hex');

  it('has the sizes and offsets of every structure', () => {
    expect(uapi.layout).toEqual(header.layout);
  });

  it('has the request numbers', () => {
    expect(uapi.requests).toEqual(header.requests);
  });

  it('has the flags, attribute ids, event ids and limits', () => {
    expect(
      Object.fromEntries(Object.entries(uapi.flags).map(([name, flag]) => [name, String(flag)])),
    ).toEqual(header.flags);
    expect(uapi.attributeIds).toEqual(header.attributeIds);
    expect(uapi.eventIds).toEqual(header.eventIds);
    expect(uapi.eventBufferMax).toBe(header.eventBufferMax);
  });

  it('asks for an input with bias, edges and debounce byte for byte as C does', () => {
    const { input, activeLow, edgeRising, edgeFalling, biasPullUp } = uapi.flags;
    const config = {
      flags: input | activeLow | edgeRising | edgeFalling | biasPullUp,
      debounceUs: 20_000,
    };
    expect(uapi.encodeLineRequest(27, 'allo-agent door', config, 256)).toEqual(bytes('inputRequest'));
  });

  it('asks for an output with its initial level byte for byte as C does, cutting a long consumer name', () => {
    const config = { flags: uapi.flags.output, outputValue: true };
    expect(uapi.encodeLineRequest(17, 'n'.repeat(40), config, 0)).toEqual(bytes('outputRequest'));
  });

  it('reconfigures a line byte for byte as C does', () => {
    const config = { flags: uapi.flags.output | uapi.flags.activeLow, outputValue: false };
    expect(uapi.encodeLineConfig(config)).toEqual(bytes('outputConfig'));
  });

  it('sets and asks for levels byte for byte as C does', () => {
    expect(uapi.encodeLineValues(true)).toEqual(bytes('valuesOn'));
    expect(uapi.encodeLineValues(false)).toEqual(bytes('valuesOff'));
    expect(uapi.decodeLineValues(bytes('valuesOn'))).toBe(true);
    expect(uapi.decodeLineValues(bytes('valuesOff'))).toBe(false);
  });

  it('asks about a line byte for byte as C does', () => {
    expect(uapi.encodeLineInfoQuery(53)).toEqual(bytes('lineInfoQuery'));
  });

  it('reads what the kernel says of a chip and of a line, whose name may fill its field', () => {
    expect(uapi.decodeChipInfo(bytes('chipInfo'))).toEqual({
      name: 'gpiochip0',
      label: 'pinctrl-bcm2711',
      lines: 58,
    });
    expect(uapi.decodeLineInfo(bytes('lineInfo'))).toEqual({
      name: 'GPIO17',
      consumer: 'c'.repeat(32),
      offset: 17,
      flags: uapi.flags.used | uapi.flags.output,
    });
  });

  it('reads edges', () => {
    const event = { timestampNs: 86400123456789n, lineSequence: 4294967295 };
    const two = Buffer.concat([bytes('risingEvent'), bytes('fallingEvent')]);
    expect(uapi.decodeLineEvent(two, 0)).toEqual({ ...event, rising: true });
    expect(uapi.decodeLineEvent(two, uapi.layout.lineEvent.size)).toEqual({ ...event, rising: false });
  });

  it('finds the descriptor of a granted line', () => {
    expect(uapi.lineFd(bytes('grantedRequest'))).toBe(41);
  });
});
