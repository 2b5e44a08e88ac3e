// Loaded ahead of a server: its clock is off by so many milliseconds.
const offset = Number(process.env.CHAOS_CLOCK_OFFSET_MS ?? 0);
const readClock = Date.now.bind(Date);

Date.now = () => readClock() + offset;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, made),
});
