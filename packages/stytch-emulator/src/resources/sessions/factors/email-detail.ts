/** The email address that a factor was authenticated with. */
export interface EmailDetail {
  readonly emailId: string;
  readonly address: string;
}

export interface EmailDetailOnWire {
  email_factor?: { email_id: string; email_address: string };
}

export function emailDetail({ emailId, address }: EmailDetail): EmailDetail {
  return { emailId, address };
}

export function emailDetailToWire({ emailId, address }: EmailDetail): EmailDetailOnWire {
  return { email_factor: { email_id: emailId, email_address: address } };
}
