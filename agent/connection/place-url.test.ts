import { describe, expect, it } from 'vitest';
import { AlloError } from '../errors.ts';
import { formatPlaceUrl, parsePlaceUrl } from './place-url.ts';

describe('parsePlaceUrl', () => {
  it.each([
    ['alloplace://garden.example', 'garden.example', 21337],
    ['alloplace://garden.example:4000', 'garden.example', 4000],
    ['alloplace://Garden.Example/', 'garden.example', 21337],
    ['ALLOPLACE://localhost', 'localhost', 21337],
    ['alloplace://192.0.2.7:1', '192.0.2.7', 1],
    ['alloplace://[2001:db8::7]', '2001:db8::7', 21337],
    ['alloplace://[::1]:65535/', '::1', 65535],
    ['alloplace://[fe80::1%eth0]:4000', 'fe80::1%eth0', 4000],
    ['alloplace://gewächshaus.local', 'gewächshaus.local', 21337],
    [' alloplace://garden.example\n', 'garden.example', 21337],
  ])('%s is %s, port %i', (url, host, port) => expect(parsePlaceUrl(url)).toEqual({ host, port }));

  it.each([
    '',
    'garden.example',
    'http://garden.example',
    'alloplace:garden.example',
    'alloplace://',
    'alloplace://:4000',
    'alloplace://garden.example:0',
    'alloplace://garden.example:65536',
    'alloplace://garden.example:http',
    'alloplace://garden.example/room',
    'alloplace://me@garden.example',
    'alloplace://garden..example',
    'alloplace://-garden.example',
    'alloplace://gar den.example',
    'alloplace://2001:db8::7',
    'alloplace://[garden.example]',
    'alloplace://[::1',
    `alloplace://${'a'.repeat(64)}.example`,
    `alloplace://${'a.'.repeat(200)}example`,
    'alloplace://garden\u001b[31m',
  ])('refuses %j', (url) => {
    expect(() => parsePlaceUrl(url)).toThrow(AlloError);
    expect(() => parsePlaceUrl(url)).toThrow(/is not the URL of a place/);
  });
});

it.each([
  'alloplace://garden.example',
  'alloplace://garden.example:4000',
  'alloplace://[::1]',
  'alloplace://[::1]:4000',
])('formatPlaceUrl writes %s as it was read', (url) => expect(formatPlaceUrl(parsePlaceUrl(url))).toBe(url));
