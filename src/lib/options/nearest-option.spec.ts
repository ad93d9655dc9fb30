import { nearestOption } from './nearest-option.js';

const options = ['appUrl', 'apiUrl', 'session.durationMinutes', 'cookies.domain', 'routes.path'];

describe('nearestOption', () => {
  it.each([
    ['appURL', 'appUrl'],
    ['apUrl', 'appUrl'],
    ['session.durationMinute', 'session.durationMinutes'],
    ['durationMinutes', 'session.durationMinutes'],
    ['sessions.durationMinutes', 'session.durationMinutes'],
    ['cookie.domain', 'cookies.domain'],
  ])('suggests for %s the option %s', (path, option) => {
    expect(nearestOption(path, options)).toBe(option);
  });

  it.each(['telemetry', 'session.x', 'x', ''])('suggests nothing for %j', (path) => {
    expect(nearestOption(path, options)).toBeUndefined();
  });
});
