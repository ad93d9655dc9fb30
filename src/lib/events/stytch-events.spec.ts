import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchEvent } from './stytch-event.js';
import { StytchEvents } from './stytch-events.js';

const at = '2027-01-15T08:00:00.000Z';
const clock = { nowMs: () => Date.parse(at), monotonicMs: () => 0 };
const newEvents = () => new StytchEvents({ clock } as ResolvedOptions);

let errors: unknown[][] = [];
beforeEach(() => {
  errors = [];
  jest.spyOn(Logger.prototype, 'error').mockImplementation((...parts: unknown[]) => {
    errors.push(parts);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('StytchEvents.emit', () => {
  it('calls every listener synchronously with the same frozen event and its time', () => {
    const events = newEvents();
    const received: StytchEvent[] = [];
    events.subscribe((event) => received.push(event));
    events.subscribe((event) => received.push(event));
    events.emit({ type: 'refused', code: 'session_missing' });

    expect(received).toEqual([
      { type: 'refused', code: 'session_missing', at },
      { type: 'refused', code: 'session_missing', at },
    ]);
    expect(received[1]).toBe(received[0]);
    expect(Object.isFrozen(received[0])).toBe(true);
  });

  it('calls a listener once even if it is subscribed twice', () => {
    const events = newEvents();
    const received: StytchEvent[] = [];
    const listener = (event: StytchEvent) => {
      received.push(event);
    };
    events.subscribe(listener);
    events.subscribe(listener);
    events.emit({ type: 'sign_in_started', method: 'magic-link' });

    expect(received).toEqual([{ type: 'sign_in_started', method: 'magic-link', at }]);
  });

  it('does not call a listener that was unsubscribed', () => {
    const events = newEvents();
    const received: string[] = [];
    const unsubscribe = events.subscribe(() => received.push('unsubscribed'));
    events.subscribe(() => received.push('subscribed'));
    unsubscribe();
    events.emit({ type: 'sign_in_started', method: 'magic-link' });

    expect(received).toEqual(['subscribed']);
  });

  it('calls the other listeners if one throws, and logs the type of the event without the error', () => {
    const events = newEvents();
    const received: StytchEvent[] = [];
    events.subscribe(() => {
      throw new Error('alice@example.com');
    });
    events.subscribe((event) => received.push(event));
    events.emit({ type: 'sign_in_started', method: 'magic-link' });

    expect(received).toEqual([{ type: 'sign_in_started', method: 'magic-link', at }]);
    expect(errors).toEqual([['An event listener threw an error for "sign_in_started".']]);
  });

  it('handles the rejection of an async listener, and logs it without the error', async () => {
    const events = newEvents();
    let rejected: Promise<void> | undefined;
    const listener: () => unknown = () => (rejected = Promise.reject(new Error('alice@example.com')));
    events.subscribe(listener);
    events.emit({ type: 'outage_began' });
    await rejected?.catch(() => undefined);

    expect(errors).toEqual([['An event listener threw an error for "outage_began".']]);
  });
});

describe('StytchEvents.counts', () => {
  it('counts the events of each type, with or without listeners', () => {
    const events = newEvents();
    events.emit({ type: 'sign_in_started', method: 'magic-link' });
    events.subscribe(() => undefined);
    events.emit({ type: 'sign_in_started', method: 'magic-link' });
    events.emit({ type: 'outage_ended' });

    expect(events.counts).toEqual({ sign_in_started: 2, outage_ended: 1 });
  });

  it('is empty before the first event', () => {
    expect(newEvents().counts).toEqual({});
  });

  it('does not change after it was read', () => {
    const events = newEvents();
    events.emit({ type: 'sign_in_started', method: 'magic-link' });
    const { counts } = events;
    events.emit({ type: 'sign_in_started', method: 'magic-link' });

    expect(counts).toEqual({ sign_in_started: 1 });
  });
});
