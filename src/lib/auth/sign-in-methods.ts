import { Inject, Injectable } from '@nestjs/common';
import type { RefusalCode } from '../errors/refusal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import {
  isOnLoginPage,
  type SignInCallback,
  type SignInFinish,
  type AnySignInMethod,
  type SignInStart,
  type StytchClient,
} from '../ports/sign-in-method.js';
import { StytchProduct } from '../ports/stytch-product.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { InvalidCallback } from './read-callback.js';

/** A type of callback token: its method, and how that completes the sign-in. */
export interface CallbackHandler {
  readonly method: AnySignInMethod;
  readonly callback: SignInCallback<StytchClient>;
}

/** A method with a first step. */
export type StartableMethod = AnySignInMethod & { readonly start: SignInStart<StytchClient> };
/** A method with a second step. */
export type FinishableMethod = AnySignInMethod & { readonly finish: SignInFinish<StytchClient> };

export const canStart = (method: AnySignInMethod): method is StartableMethod => method.start !== undefined;
export const canFinish = (method: AnySignInMethod): method is FinishableMethod => method.finish !== undefined;

/** The methods that are switched on, in the order of the option `methods`. */
@Injectable()
export class SignInMethods {
  readonly list: readonly AnySignInMethod[];
  /** How long the binding to a browser lasts: as long as any of its sign-ins can be completed. */
  readonly bindingSeconds: number;

  constructor(@Inject(RESOLVED_OPTIONS) { methods }: ResolvedOptions, product: StytchProduct) {
    this.list = methods ?? product.defaultMethods();
    this.bindingSeconds = 60 * Math.max(1, ...this.list.map(({ expiresInMinutes }) => expiresInMinutes));
  }

  /** The method of `POST login`. */
  get first(): StartableMethod | undefined {
    return this.visible()[0];
  }

  /**
   * The methods whose forms are on the sign-in page: the first, and those with choices only.
   * @param allowed see {@link visible}
   */
  offered(allowed?: ReadonlySet<string>): readonly StartableMethod[] {
    return this.visible(allowed).filter((method, at) => at === 0 || hasChoicesOnly(method));
  }

  /** The methods that a page with these forms links to. */
  linkedFrom(shown: readonly StartableMethod[], allowed?: ReadonlySet<string>): readonly StartableMethod[] {
    const isShown = (one: string) => shown.some(({ name }) => name === one);
    return this.visible(allowed).filter(({ name, start: { linkedFrom } }) => {
      const isNeeded = linkedFrom === undefined || isShown(linkedFrom);
      return isNeeded && !isShown(name);
    });
  }

  find(name: unknown): AnySignInMethod | undefined {
    return this.list.find((method) => method.name === name);
  }

  /** Undefined if there is no such method, or it has no first step. */
  findStartable(name: string): StartableMethod | undefined {
    return this.list.filter(canStart).find((method) => method.name === name);
  }

  /** Undefined if there is no such method, or it has no second step. */
  findFinishable(name: string): FinishableMethod | undefined {
    return this.list.filter(canFinish).find((method) => method.name === name);
  }

  /** @throws {TypeError} if there is no such method, or it has no first step */
  requireStart(name: string): StartableMethod {
    const method = this.findStartable(name);
    if (method === undefined) throw new TypeError(this.noSuchMethod(name));
    return method;
  }

  /** @throws {TypeError} if there is no such method, or it has no second step */
  requireFinish(name: string): FinishableMethod {
    const method = this.findFinishable(name);
    if (method === undefined) throw new TypeError(this.noSuchMethod(name));
    return method;
  }

  private noSuchMethod(name: string): string {
    const names = this.list.map((method) => `'${method.name}'`).join(', ');
    return `There is no sign-in method '${name}' with this step. The option methods has: ${names || 'none'}.`;
  }

  /** @param tokenType the `stytch_token_type` of the callback */
  handlerOf(tokenType: string): CallbackHandler | undefined {
    for (const method of this.list) {
      const { callbacks = {} } = method;
      const callback = Object.hasOwn(callbacks, tokenType) ? callbacks[tokenType] : undefined;
      if (callback !== undefined) return { method, callback };
    }
    return undefined;
  }

  /** Why a callback without a token failed. A provider's error may come without a `stytch_token_type`. */
  refusalCodeOf({ tokenType, error }: InvalidCallback): RefusalCode {
    const isFromProvider =
      tokenType === undefined
        ? error !== undefined && this.list.some(usesProvider)
        : this.handlerOf(tokenType)?.callback.from === 'provider';
    if (!isFromProvider) return 'link_invalid';
    return deniedError.test(error ?? '') ? 'oauth_denied' : 'oauth_failed';
  }

  /** @param allowed Stytch's names of the methods that an organization allows; all if undefined */
  private visible(allowed?: ReadonlySet<string>): readonly StartableMethod[] {
    const visible = this.list.filter(canStart).filter(isOnLoginPage);
    return allowed === undefined ? visible : visible.flatMap((method) => reduceTo(allowed, method));
  }
}

/** The method with the choices that are allowed; none if it is not allowed, or has no choice left. */
function reduceTo(allowed: ReadonlySet<string>, method: StartableMethod): readonly StartableMethod[] {
  const isAllowed = ({ authMethod }: { readonly authMethod?: string }) =>
    authMethod === undefined || allowed.has(authMethod);
  if (!isAllowed(method.start)) return [];
  const fields = method.start.fields.map((field) =>
    field.type === 'choice' ? { ...field, choices: field.choices.filter(isAllowed) } : field,
  );
  const hasEmptyChoice = fields.some((field) => field.type === 'choice' && field.choices.length === 0);
  return hasEmptyChoice ? [] : [{ ...method, start: { ...method.start, fields } }];
}

const hasChoicesOnly = ({ start }: StartableMethod): boolean =>
  start.fields.every(({ type }) => type === 'choice');

const usesProvider = ({ callbacks = {} }: AnySignInMethod): boolean =>
  Object.values(callbacks).some(({ from }) => from === 'provider');

/** The person canceled: in RFC 6749 section 4.1.2.1, and at Apple and LinkedIn. */
const deniedError = /^access_denied$|^user_cancel/;
