import type { PropertyDescription, Reading, Thing } from '../../../devices/thing.ts';
import type { Property } from '../property.ts';
import { plain, plainTitle } from './letters.ts';

/** A reading this old says so, ms. */
export const oldAfter = 60_000;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `Grow light`, or `Weather: temperature` where the thing has several properties. */
export function fullTitle({ thing, description }: Property): string {
  return titleOf(thing, thing.title, description.title);
}

/** The same, as it is drawn. */
export function plainFullTitle({ thing, description }: Property): string {
  return titleOf(thing, thingTitle(thing), propertyTitle(description));
}

/** What is written large. Of something that can be muted that is its own name. */
export function rowTitle({ thing, description }: Property): string {
  const { length } = thing.properties;
  return length === 1 || isMute(description) ? thingTitle(thing) : propertyTitle(description);
}

/** Small, beneath the title: what of the thing it is, or of which thing. */
export function origin({ thing, description }: Property, value: Reading['value'] | undefined): string {
  if (isMute(description)) return value === true ? 'nobody hears it' : value === false ? heard(thing) : '';
  if (thing.properties.length > 1) return thingTitle(thing);
  if (description.type === 'boolean') return description.writable ? 'output' : 'input';
  const title = propertyTitle(description).toLowerCase();
  return thingTitle(thing).toLowerCase().includes(title) ? thing.driver : title;
}

/** `23.4 °C`, `on`, `muted`; `-` before anything is known. `short`: with an exponent where that is shorter. */
export function valueText(
  { thing, description }: Property,
  value: Reading['value'] | undefined,
  short = false,
): string {
  if (value === undefined || value === null) return '-';
  const unit = description.unit === undefined ? '' : ` ${plain(description.unit)}`;
  if (typeof value === 'boolean') return booleanText(thing, description, value);
  if (typeof value === 'string') return `${plain(value)}${unit}`;
  const [number, exponent] = [numberText(value, description), exponential(value)];
  return `${short && exponent.length < number.length ? exponent : number}${unit}`;
}

/** Whether the lamp of a boolean is lit: of something that can be muted, while it is not. */
export function isLit(description: PropertyDescription, value: Reading['value'] | undefined): boolean {
  return isMute(description) ? value === false : value === true;
}

/** With as many digits as matter to people: noise below that is not shown. */
export function numberText(
  value: number,
  { type, unit }: Pick<PropertyDescription, 'type' | 'unit'>,
): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size < 1e-5 && size > 0)) return exponential(value);
  const shown = value.toFixed(type === 'integer' ? 0 : decimals(size, unit));
  return Number(shown) === 0 ? shown.replace('-', '') : shown;
}

function exponential(value: number): string {
  return value.toExponential(2).replace('+', '');
}

/** The least by which a number must change for that to be seen. */
export function shownStep(value: number, { type, unit }: Pick<PropertyDescription, 'type' | 'unit'>): number {
  return type === 'integer' ? 1 : 10 ** -decimals(Math.abs(value), unit);
}

/** Of small numbers two digits, of others three; of degrees, shares and levels tenths. */
function decimals(size: number, unit: string | undefined): number {
  if (size >= 100) return 0;
  if (size >= 10 || (unit !== undefined && inTenths.test(unit))) return 1;
  if (size >= 0.1 || size === 0) return 2;
  return 1 - Math.floor(Math.log10(size));
}

const inTenths = /^(°|%|dB)/;

/** `2 min ago`; undefined while it is new. The older, the coarser. */
export function ageText(ms: number): string | undefined {
  if (ms < oldAfter) return undefined;
  if (ms < hour) return `${coarse(ms / minute)} min ago`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h ago`;
  return `${Math.floor(ms / day)} days ago`;
}

/** `off in 12 min`, rounded up: it never goes off sooner than it says. */
export function remainingText(ms: number): string {
  if (ms <= minute) return `off in ${Math.max(10, Math.ceil(ms / (10 * second)) * 10)} s`;
  if (ms < 2 * hour) return `off in ${Math.ceil(ms / minute)} min`;
  return `off in ${Math.ceil(ms / hour)} h`;
}

function titleOf({ properties }: Thing, thing: string, property: string): string {
  return properties.length === 1 ? thing : `${thing}: ${property.toLowerCase()}`;
}

function thingTitle({ title, id }: Thing): string {
  return plainTitle(title, id);
}

function propertyTitle({ title, name }: PropertyDescription): string {
  return plainTitle(title, name);
}

/** Whether it says of sound that there is none. */
export function isMute({ name, type }: PropertyDescription): boolean {
  return name === 'muted' && type === 'boolean';
}

function booleanText({ driver }: Thing, description: PropertyDescription, value: boolean): string {
  if (!isMute(description)) return value ? 'on' : 'off';
  if (value) return 'muted';
  return driver === 'microphone' ? 'on air' : 'on';
}

function heard({ driver }: Thing): string {
  return driver === 'microphone' ? 'heard in the place' : 'plays what is heard in the place';
}

function coarse(minutes: number): number {
  return minutes < 10 ? Math.floor(minutes) : Math.floor(minutes / 5) * 5;
}
