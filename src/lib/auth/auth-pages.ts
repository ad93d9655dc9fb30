import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { refusalDefinitions, type PrimaryRequired } from '../errors/refusal.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import { withQuery } from '../http/with-query.js';
import { isOrganizationId } from '../identity/organization-claim.js';
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
  SwitchPage,
} from '../ports/page-renderer.js';
import { isRecipient, type SignInField } from '../ports/sign-in-field.js';
import type { AnySignInMethod } from '../ports/sign-in-method.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { fieldOf } from './read-fields.js';
import { SignInBindings, type StartedSignIn } from './sign-in-binding.js';
import { canStart, SignInMethods, type FinishableMethod, type StartableMethod } from './sign-in-methods.js';
import { SignInOrganizations } from './sign-in-organizations.js';
import { organizationField, type ConfirmationRequired } from './sign-in-pipeline.js';
import type { SignInState } from './sign-in-state.js';
import type { RefusedSignIn } from './start-session.js';

/** What was wrong with a form that is shown again. */
export interface RefusedForm {
  readonly body: unknown;
  readonly refused: RefusedSignIn;
}

/** What the sign-in page is shown for. */
export interface LoginContext {
  /** As the client sent it; undefined for the default. */
  readonly returnTo: unknown;
  /** Slug or id of the organization to sign in to. */
  readonly organization?: string | undefined;
  /** Stytch's names of the methods that the organization allows; all if undefined. */
  readonly allowedMethods?: ReadonlySet<string> | undefined;
  /** Whether an incomplete sign-in is continued. */
  readonly isContinued?: boolean | undefined;
  /** Whether the organization of the session that the browser has is suspended. */
  readonly isSuspended?: boolean | undefined;
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
    private readonly organizations: SignInOrganizations,
  ) {}

  login(context: LoginContext, again?: RefusedForm & { readonly method: string }): LoginPage {
    const { organization, allowedMethods, isSuspended = false } = context;
    const offered = this.methods.offered(allowedMethods);
    const forms = offered.map((method) =>
      this.startForm(method, context, again?.method === method.name ? again : undefined),
    );
    const links = this.methods
      .linkedFrom(offered, allowedMethods)
      .map((method) => this.linkTo(method, context));
    return {
      name: 'login',
      ...(organization !== undefined && { title: titleFor(organization) }),
      ...(isSuspended && { text: suspended }),
      ...(forms.length === 0 && { text: noAllowedMethod }),
      forms,
      links,
    };
  }

  /**
   * The methods that complete a sign-in, after an organization required another one.
   *
   * @param returnTo as the client sent it; by default that of the sign-in that the browser started
   */
  incomplete(
    request: IncomingMessage,
    { organizationId, allowedAuthMethods }: PrimaryRequired,
    returnTo: unknown = this.bindings.read(request)?.returnTo,
  ): LoginPage {
    const page = this.login({
      returnTo,
      organization: organizationId,
      // Stytch names none if any other method will do.
      allowedMethods: allowedAuthMethods.length === 0 ? undefined : new Set(allowedAuthMethods),
      isContinued: true,
    });
    return { text: anotherMethod, ...page, title: 'One more step' };
  }

  /** The page with one method alone. */
  start(method: StartableMethod, context: LoginContext, again?: RefusedForm): LoginPage {
    const { title, requiresSession = false } = method.start;
    const { loginPath } = this.loginPathFor(context);
    const hasWayBack = loginPath !== undefined && !requiresSession;
    const links = this.methods
      .linkedFrom([method])
      .filter(({ start }) => start.linkedFrom !== undefined)
      .map((linked) => this.linkTo(linked, context));
    return {
      name: 'login',
      ...(title !== undefined && { title }),
      forms: [this.startForm(method, context, again)],
      links: hasWayBack ? [...links, { text: 'Sign in another way', path: loginPath }] : links,
    };
  }

  /** @param state of the sign-in that sent the link; by default the first method that sends links */
  sent(state: SignInState | undefined): SentPage {
    const method =
      this.methods.find(state?.method) ?? this.methods.list.find(({ callbacks }) => callbacks !== undefined);
    const callbacks = Object.values(method?.callbacks ?? {});
    const isForAnyBrowser = callbacks.every(({ binding }) => binding === 'any-browser');
    return {
      name: 'sent',
      expiresInMinutes: method?.expiresInMinutes ?? 60,
      binding: isForAnyBrowser ? 'any-browser' : 'same-browser',
      ...this.loginPathFor({ organization: state?.organization }),
    };
  }

  code(method: FinishableMethod, binding: StartedSignIn, again?: RefusedForm): CodePage {
    const { recipient, startedAtMs, organization } = binding.state;
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
      ...this.loginPathFor({ organization }),
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

  /** @param returnTo as the client sent it */
  switchTo(organization: string, returnTo: unknown): SwitchPage {
    return {
      name: 'switch',
      organization,
      form: {
        action: this.routes.pathOf('switch') ?? '',
        fields: [],
        hidden: { [organizationField]: organization, return_to: this.bindings.safeReturnTo(returnTo) },
        button: 'Switch',
      },
    };
  }

  private linkTo({ name, start: { link, button } }: StartableMethod, context: LoginContext): PageLink {
    return { text: link ?? button, path: this.startPathFor(name, context) };
  }

  /** The page with a method alone, for what the sign-in page is shown for. */
  startPathFor(name: string, context: LoginContext): string {
    return withQuery(this.startPath(name), this.parametersOf(context));
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
    { returnTo, organization, isContinued = false }: LoginContext,
    again: RefusedForm | undefined,
  ): LoginForm {
    const asksForOrganization = this.organizations.areRequired && organization === undefined;
    return {
      method: name,
      action: this.startPath(name),
      fields: fieldsOf(asksForOrganization ? [organizationTextField, ...fields] : fields, again),
      hidden: {
        return_to: this.bindings.safeReturnTo(returnTo),
        ...(organization !== undefined && { [organizationField]: organization }),
        ...(isContinued && { continue: 'true' }),
      },
      button,
    };
  }

  private resendForm(method: AnySignInMethod, { returnTo, state }: StartedSignIn): PageForm {
    const recipientField = canStart(method) ? method.start.fields.find(isRecipient) : undefined;
    return {
      action: this.startPath(method.name),
      fields: [],
      hidden: {
        ...(recipientField && { [recipientField.name]: state.recipient ?? '' }),
        return_to: returnTo,
        ...(state.addToSessionId !== undefined && { add_factor: 'true' }),
        ...(state.organization !== undefined && { [organizationField]: state.organization }),
        ...(state.isContinued === true && { continue: 'true' }),
      },
      button: 'Send another code',
    };
  }

  /** The sign-in page of an organization, or the one for all. */
  loginPathFor(context: Partial<LoginContext>): { readonly loginPath?: string } {
    const { loginPath } = this.routes;
    return loginPath === undefined ? {} : { loginPath: withQuery(loginPath, this.parametersOf(context)) };
  }

  private parametersOf(context: Partial<LoginContext>) {
    const { returnTo, organization, isContinued = false, isSuspended = false } = context;
    return {
      ...(isSuspended && { reason: 'session_suspended' }),
      ...(organization !== undefined && { org: organization }),
      ...(returnTo !== undefined && { return_to: this.bindings.safeReturnTo(returnTo) }),
      ...(isContinued && { continue: 'true' }),
    };
  }
}

const organizationTextField: SignInField = {
  name: organizationField,
  type: 'organization',
  label: 'Organization',
};

const suspended = `${refusalDefinitions.session_suspended.message} You can still sign in to another organization.`;
const anotherMethod = 'This organization requires another way of signing in. Choose one to continue.';
const noAllowedMethod =
  'This organization allows only ways of signing in that are not available here. Please contact its administrator.';

/** The slug as it was typed: the title must not tell whether there is such an organization. */
const titleFor = (organization: string): string =>
  isOrganizationId(organization) ? 'Sign in to your organization' : `Sign in to ${organization}`;

/** The fields with what was submitted, and with the problem at the one that is wrong. */
export function fieldsOf(fields: readonly SignInField[], again: RefusedForm | undefined): PageField[] {
  if (again === undefined) return [...fields];
  const { code, message } = again.refused.refusal;
  return fields.map((field) => {
    const submitted = fieldOf(again.body, field.name);
    return {
      ...field,
      ...((isRecipient(field) || field.type === 'organization' || field.type === 'name') &&
        typeof submitted === 'string' && { value: submitted.slice(0, maxShownLength) }),
      ...(field.name === again.refused.field && { problem: { code, message } }),
    };
  });
}
