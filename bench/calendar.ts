// Loaded before a program (--import calendar.js?30), it makes the program's calendar run that many
// times faster. Timers, sockets and CPUs do not: a session JWT lives ten seconds instead of five
// minutes, and an API 200 ms away is 200 ms away. Whoever asks `Date` is treated alike.
const timesFaster = Number(new URL(import.meta.url).search.slice(1)) || 1;

const RealDate = Date;
// Every process that is loaded with this agrees on the time, whenever it was started.
const dayMs = 86_400_000;
const midnightMs = Math.floor(RealDate.now() / dayMs) * dayMs;
const nowMs = () => midnightMs + Math.floor((RealDate.now() - midnightMs) * timesFaster);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length > 0 ? given : [nowMs()], newTarget) as object,
  get: (target, name): unknown => (name === 'now' ? nowMs : Reflect.get(target, name)),
});
