import { Inject, Injectable } from '@nestjs/common';
import { ApplicationRoutes } from '../http/application-routes.js';
import { subjectOf } from '../identity/subject.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type {
  CodePage,
  ConfirmPage,
  LoginForm,
  LoginPage,
  PageField,
  PageForm,
  PageLink,
  SentPage,
} from '../ports/page-renderer.js';
import { isRecipient, type SignInField } from '../ports/sign-in-field.js';
import type { SignInMethod } from '../ports/sign-in-method.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { fieldOf } from './read-fields.js';
import { SignInBindings, type StartedSignIn } from './sign-in-binding.js';
import { canStart, SignInMethods, type FinishableMethod, type StartableMethod } from './sign-in-methods.js';
import type { ConfirmationRequired } from './sign-in-pipeline.js';
import type { RefusedSignIn } from './start-session.js';

/** What was wrong with a form that is shown again. */
export interface RefusedForm {
  readonly body: unknown;
  readonly refused: RefusedSignIn;
}

/** How long a person waits before the page offers another code. */
const resendWaitSeconds = 30;
const maxShownLength = 254;

/** The content of the pages, from the methods that are switched on. */
@Injectable()
export class AuthPages {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly methods: SignInMethods,
    private readonly bindings: SignInBindings,
    private readonly routes: ApplicationRoutes,
  ) {}

  login(returnTo: unknown, again?: RefusedForm & { readonly method: string }): LoginPage {
    const { offered } = this.methods;
    const safeReturnTo = this.bindings.safeReturnTo(returnTo);
    const forms = offered.map((method) =>
      this.startForm(method, safeReturnTo, again?.method === method.name ? again : undefined),
    );
    const links = this.methods.linkedFrom(offered).map((method) => this.linkTo(method, safeReturnTo));
    return { name: 'login', forms, links };
  }

  /** The page with one method alone. */
  start(method: StartableMethod, returnTo: unknown, again?: RefusedForm): LoginPage {
    const { title, requiresSession = false } = method.start;
    const { loginPath } = this.routes;
    const safeReturnTo = this.bindings.safeReturnTo(returnTo);
    const hasWayBack = loginPath !== undefined && !requiresSession;
    const links = this.methods
      .linkedFrom([method])
      .filter(({ start }) => start.linkedFrom !== undefined)
      .map((linked) => this.linkTo(linked, safeReturnTo));
    return {
      name: 'login',
      ...(title !== undefined && { title }),
      forms: [this.startForm(method, safeReturnTo, again)],
      links: hasWayBack ? [...links, { text: 'Sign in another way', path: loginPath }] : links,
    };
  }

  /** @param method the one that sent the link; by default the first that sends links */
  sent(method = this.methods.list.find(({ callbacks }) => callbacks !== undefined)): SentPage {
    const callbacks = Object.values(method?.callbacks ?? {});
    const isForAnyBrowser = callbacks.every(({ binding }) => binding === 'any-browser');
    return {
      name: 'sent',
      expiresInMinutes: method?.expiresInMinutes ?? 60,
      binding: isForAnyBrowser ? 'any-browser' : 'same-browser',
      ...this.loginPath,
    };
  }

  code(method: FinishableMethod, binding: StartedSignIn, again?: RefusedForm): CodePage {
    const { recipient, startedAtMs } = binding.state;
    const { fields, button } = method.finish;
    const waitedSeconds = Math.floor((this.options.clock.nowMs() - startedAtMs) / 1000);
    return {
      name: 'code',
      method: method.name,
      form: { action: this.finishPath(method.name), fields: fieldsOf(fields, again), hidden: {}, button },
      ...(recipient !== undefined && { recipient }),
      expiresInMinutes: method.expiresInMinutes,
      resend: {
        form: this.resendForm(method, binding),
        waitSeconds: Math.min(resendWaitSeconds, Math.max(0, resendWaitSeconds - waitedSeconds)),
      },
      ...this.loginPath,
    };
  }

  confirm(confirmation: ConfirmationRequired, again?: RefusedForm): ConfirmPage {
    const { method, token, tokenType, nonce, fields, session } = confirmation;
    const signedInAs = session && (session.email ?? subjectOf(session).id);
    return {
      name: 'confirm',
      method,
      tokenType,
      form: {
        action: this.routes.pathOf('authenticate') ?? '',
        fields: fieldsOf(fields, again),
        hidden: { token, stytch_token_type: tokenType, nonce },
        button: this.methods.handlerOf(tokenType)?.callback.button ?? 'Sign in',
      },
      ...(signedInAs && { signedInAs }),
    };
  }

  private linkTo({ name, start: { link, button } }: StartableMethod, safeReturnTo: string): PageLink {
    const query = new URLSearchParams({ return_to: safeReturnTo });
    return { text: link ?? button, path: `${this.startPath(name)}?${query.toString()}` };
  }

  /** The path that a method's first step is posted to, and of the page with the method alone. */
  startPath(name: string): string {
    const login = this.routes.pathOf('login') ?? '';
    return name === this.methods.first?.name ? login : `${login}/${name}/start`;
  }

  /** The page of a method's second step, and the path that it is posted to. */
  finishPath(name: string): string {
    return `${this.routes.pathOf('login') ?? ''}/${name}/finish`;
  }

  private startForm(
    { name, start: { fields, button } }: StartableMethod,
    safeReturnTo: string,
    again: RefusedForm | undefined,
  ): LoginForm {
    return {
      method: name,
      action: this.startPath(name),
      fields: fieldsOf(fields, again),
      hidden: { return_to: safeReturnTo },
      button,
    };
  }

  private resendForm(method: SignInMethod, { returnTo, state }: StartedSignIn): PageForm {
    const recipientField = canStart(method) ? method.start.fields.find(isRecipient) : undefined;
    return {
      action: this.startPath(method.name),
      fields: [],
      hidden: {
        ...(recipientField && { [recipientField.name]: state.recipient ?? '' }),
        return_to: returnTo,
        ...(state.addToSessionId !== undefined && { add_factor: 'true' }),
      },
      button: 'Send another code',
    };
  }

  private get loginPath(): { readonly loginPath?: string } {
    const { loginPath } = this.routes;
    return loginPath === undefined ? {} : { loginPath };
  }
}

/** The fields with what was submitted, and with the problem at the one that is wrong. */
function fieldsOf(fields: readonly SignInField[], again: RefusedForm | undefined): PageField[] {
  if (again === undefined) return [...fields];
  const { code, message } = again.refused.refusal;
  return fields.map((field) => {
    const submitted = fieldOf(again.body, field.name);
    return {
      ...field,
      ...(isRecipient(field) &&
        typeof submitted === 'string' && { value: submitted.slice(0, maxShownLength) }),
      ...(field.name === again.refused.field && { problem: { code, message } }),
    };
  });
}
