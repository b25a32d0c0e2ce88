import { expect, it } from 'vitest';
import { dialects } from '../wire/dialect.ts';
import { parseListen, placeCommand } from './place.ts';
import { placeDialectHelp } from './place-dialect.ts';

it.each([
  ['127.0.0.1:4000', { host: '127.0.0.1', port: 4000 }],
  ['0.0.0.0', { host: '0.0.0.0', port: 21_337 }],
  [':0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:4000', { host: '::1', port: 4000 }],
  ['shed.local:4000', { host: 'shed.local', port: 4000 }],
])('--listen %s', (text, address) => {
  expect(parseListen(text)).toEqual(address);
});

it.each(['', 'nowhere:port', '127.0.0.1:70000', '::1', 'a b:1', 'host:1:2', 'host/1'])(
  '--listen %j is refused',
  (text) => {
    expect(() => parseListen(text)).toThrow('It is HOST:PORT');
  },
);

it.each(Object.keys(dialects))('--dialect %s is a choice, and the help says what it is', (name) => {
  const option = placeCommand.options.find(({ long }) => long === '--dialect');
  expect(option?.argChoices).toContain(name);
  expect(placeDialectHelp).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
});
