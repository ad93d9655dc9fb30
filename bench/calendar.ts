// Preloaded with --import calendar.js?30, makes `Date` run 30 times faster. Timers, sockets and CPU time
// are unaffected: a session JWT expires after 10 s instead of 5 min, and 200 ms of latency remain 200 ms.
const timesFaster = Number(new URL(import.meta.url).search.slice(1)) || 1;

const RealDate = Date;
// The common origin is midnight UTC, so that all processes agree on the time.
const dayMs = 86_400_000;
const midnightMs = Math.floor(RealDate.now() / dayMs) * dayMs;
const nowMs = () => midnightMs + Math.floor((RealDate.now() - midnightMs) * timesFaster);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [nowMs()], newTarget) as object,
  get: (target, name): unknown => (name === 'now' ? nowMs : Reflect.get(target, name)),
});
