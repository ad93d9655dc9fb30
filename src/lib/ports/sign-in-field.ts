/** A field that a sign-in method asks for. Values of the wrong format are refused before the method runs. */
export type SignInField = SignInTextField | SignInChoiceField;

/** A field that the person types into. */
export interface SignInTextField {
  /** Name in the form and in the JSON body, for example `email`. */
  readonly name: string;
  /**
   * What is accepted:
   *
   * - `email`: an email address; surrounding whitespace is removed.
   * - `phone`: a phone number with its country code, normalized to E.164.
   * - `code`: 4 to 12 digits; spaces and hyphens are removed.
   * - `password`: any text of up to 1024 bytes, unchanged.
   * - `new-password`: the same; browsers offer to generate one.
   * - `organization`: the slug or the id of an organization.
   * - `name`: one line of text of up to 128 characters; surrounding whitespace is removed.
   */
  readonly type: 'email' | 'phone' | 'code' | 'password' | 'new-password' | 'organization' | 'name';
  /** What the page shows, for example `Email address`. */
  readonly label: string;
  /** For `phone`: the accepted countries (ISO 3166-1 alpha-2). Default: all. */
  readonly countries?: readonly string[];
}

/** One of several values. The page shows a button for each. */
export interface SignInChoiceField {
  readonly name: string;
  readonly type: 'choice';
  readonly choices: readonly SignInChoice[];
}

/** One value of a field of the type `choice`. */
export interface SignInChoice {
  readonly value: string;
  readonly label: string;
  /** Like `authMethod` of `SignInStart`, for one choice. */
  readonly authMethod?: string;
}

/** The checked values by the name of the field. */
export type SignInFields = Readonly<Record<string, string>>;

/** Whether a link or a code is sent to the value of the field. Limits count by it. */
export const isRecipient = ({ type }: SignInField): boolean => type === 'email' || type === 'phone';
