import { propertyOf, type RequestHandler, wireReading } from './request.ts';

/** `["read_property"]` → `["read_property", "ok", reading]` */
export const readProperty: RequestHandler = async (call, context) => {
  const [{ property }] = propertyOf(call, context);
  const reading = await property.thing.read(property.description.name);
  return [wireReading(property, context, { ...reading, seq: 0 })];
};
