/** What may be refused in a phase; everything else is a violation. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** Codes of 503 that genuine people may get. */
  readonly codes?: readonly string[];
}

const unavailable = ['stytch_unavailable'];
const clockSkew = ['clock_skew', 'stytch_unavailable'];

export const phases = {
  arrival: { name: 'arrival of everybody', seconds: 30 },
  steady: { name: 'steady load', seconds: 30 },
  restart: { name: 'restart of the application', seconds: 10 },
  warmUp: { name: 'steady load after the restart', seconds: 60 },
  outage: { name: 'outage of Stytch', seconds: 60, codes: unavailable },
  recovery: { name: 'recovery', seconds: 15, codes: unavailable },
  recovered: { name: 'steady load after the outage', seconds: 35 },
  rotation: { name: 'after a key rotation', seconds: 20 },
  ahead: { name: 'clock two hours ahead', seconds: 10, codes: clockSkew },
  afterAhead: { name: 'after that', seconds: 15, codes: clockSkew },
  behind: { name: 'clock one hour behind', seconds: 10, codes: clockSkew },
  afterBehind: { name: 'after that, once more', seconds: 15, codes: clockSkew },
  flood: { name: 'flood from one network', seconds: 45 },
  end: { name: 'steady load at the end', seconds: 45 },
} as const satisfies Record<string, Phase>;

export type PhaseName = keyof typeof phases;
