import { type EmulatorClock } from './clock.js';
import { type Identifiers } from './identifiers.js';
import { type SigningKeys } from './keys/signing-keys.js';
import { MagicLinks } from './magic-links/magic-links.js';
import { type RedirectUrls } from './magic-links/redirect-urls.js';
import { Mailbox } from './mailbox/mailbox.js';
import { type Project } from './project.js';
import { SessionJwts } from './sessions/session-jwt.js';
import { Sessions } from './sessions/sessions.js';
import { type SavedState } from './state-file.js';
import { Users } from './users/users.js';

/** Everything Stytch would hold for the project. */
export class EmulatedProject {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly sessionJwts: SessionJwts;
  readonly magicLinks: MagicLinks;
  readonly mailbox: Mailbox;

  constructor(
    readonly project: Project,
    readonly keys: SigningKeys,
    readonly redirectUrls: RedirectUrls,
    readonly clock: EmulatorClock,
    readonly identifiers: Identifiers,
    linkTo: (token: string) => string,
  ) {
    this.users = new Users(identifiers, clock);
    this.sessions = new Sessions(identifiers, clock);
    this.sessionJwts = new SessionJwts(project, keys, clock);
    this.magicLinks = new MagicLinks(identifiers, clock);
    this.mailbox = new Mailbox(identifiers, clock, linkTo);
  }

  /** Lets go of what time has ended. */
  tidy(): void {
    this.sessions.forgetExpired();
    this.magicLinks.forgetOld();
    this.users.releaseHeldEmails();
  }

  /** Forgets everybody; keeps the credentials and the keys. */
  wipe(): void {
    this.users.restore([]);
    this.sessions.restore([]);
    this.magicLinks.restore([]);
    this.mailbox.clear();
  }

  restore(state: SavedState): void {
    this.users.restore(state.users);
    this.sessions.restore(state.sessions);
    this.magicLinks.restore(state.magicLinks);
    this.mailbox.restore(state.messages);
  }

  toSave(): SavedState {
    return {
      version: 1,
      project: this.project,
      keys: this.keys.stored(),
      users: this.users.all(),
      sessions: this.sessions.all(),
      magicLinks: this.magicLinks.all(),
      messages: this.mailbox.stored(),
    };
  }
}
