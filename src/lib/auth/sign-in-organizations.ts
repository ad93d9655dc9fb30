import type { HttpExchange } from '../http/http-exchange.js';
import type { DiscoveredResult, FinishCall, FinishResult, StytchClient } from '../ports/sign-in-method.js';
import type { FieldProblem } from './read-fields.js';

export type OrganizationResult =
  /** Slug or id; undefined if the person names none. */
  | { readonly kind: 'valid'; readonly organization: string | undefined }
  | {
      readonly kind: 'invalid';
      readonly code: FieldProblem;
    };

/** What signing in has to know about organizations. An abstract class, because Nest injects it by its type. */
export abstract class SignInOrganizations {
  /** Whether a person has to name the organization to sign in to. */
  abstract readonly areRequired: boolean;

  /** Reads the slug or the id of an organization as a client sent it. */
  abstract read(value: unknown): OrganizationResult;

  /**
   * Stytch's names of the methods that the organization allows. Undefined if it allows all, and if it is not
   * known, since the sign-in page of an unknown organization must look like that of any other.
   */
  abstract allowedMethods(
    organization: string,
    exchange: HttpExchange,
  ): Promise<ReadonlySet<string> | undefined>;

  /**
   * After a person proved an address: enters the organization if there is nothing to choose.
   * @returns `discovered` if the person has to choose
   */
  abstract enterOnly(discovered: DiscoveredResult, call: FinishCall<StytchClient>): Promise<FinishResult>;
}

/** Consumer projects have no organizations. */
export class NoOrganizations extends SignInOrganizations {
  readonly areRequired = false;

  read(): OrganizationResult {
    return { kind: 'valid', organization: undefined };
  }

  allowedMethods(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  enterOnly(discovered: DiscoveredResult): Promise<FinishResult> {
    return Promise.resolve(discovered);
  }
}
