import { propertyOf, type RequestHandler } from './request.ts';

/** `["read_property"]` → `["read_property", "ok", reading]` */
export const readProperty: RequestHandler = async (call, context) => {
  const [{ property }] = propertyOf(call, context);
  const reading = await property.thing.read(property.description.name);
  return [property.told(reading, context.stamp(reading.time))];
};
