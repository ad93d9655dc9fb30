import type { BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import type { StytchHealthReport } from '../lib/index.js';
import * as attribute from './attributes.js';

const circuitStates = ['closed', 'open', 'half_open'] as const;
const channelStates = ['not_configured', 'connected', 'interrupted'] as const;

/**
 * Reads the state of the application whenever metrics are collected.
 * @returns a function that stops it
 */
export function observeState(meter: Meter, readHealth: () => StytchHealthReport): () => void {
  const gauge = (name: string, unit: string, description: string) =>
    meter.createObservableGauge(name, { unit, description });
  const inFlight = gauge('stytch.calls.in_flight', '{call}', 'Calls to Stytch in flight.');
  const waiting = gauge('stytch.calls.waiting', '{call}', 'Calls to Stytch that wait for their turn.');
  const limit = gauge('stytch.calls.limit', '{call}', 'How many calls to Stytch may be in flight.');
  const circuit = gauge('stytch.circuit.state', '1', '1 for the state of the circuit breaker, 0 for others.');
  const keys = gauge('stytch.signing_keys.count', '{key}', 'Signing keys that are known.');
  const keyAge = gauge('stytch.signing_keys.age', 's', 'Time since the signing keys were fetched.');
  const channel = gauge('stytch.channel.state', '1', '1 for the state of shared.revocations, 0 for others.');
  const pending = gauge('stytch.revocations.pending', '{revocation}', 'Revocations not confirmed by Stytch.');
  const observables: Observable[] = [inFlight, waiting, limit, circuit, keys, keyAge, channel, pending];

  const observe: BatchObservableCallback = (observer) => {
    const health = readHealth();
    for (const [kind, queue] of Object.entries(health.calls)) {
      const attributes = { [attribute.callKind]: kind };
      observer.observe(inFlight, queue.inFlight, attributes);
      observer.observe(waiting, queue.waiting, attributes);
      observer.observe(limit, queue.maxInFlight, attributes);
    }
    for (const state of circuitStates) {
      observer.observe(circuit, Number(health.circuit === state), { [attribute.state]: state });
    }
    for (const state of channelStates) {
      observer.observe(channel, Number(health.channel === state), { [attribute.state]: state });
    }
    observer.observe(keys, health.keys.count);
    if (health.keys.ageSeconds !== undefined) observer.observe(keyAge, health.keys.ageSeconds);
    observer.observe(pending, health.pendingRevocations);
  };
  meter.addBatchObservableCallback(observe, observables);
  return () => {
    meter.removeBatchObservableCallback(observe, observables);
  };
}
