/** Somebody else acts as the user. */
export interface ImpersonatedFactor {
  readonly type: 'impersonated';
  readonly deliveryMethod: 'impersonation';
  readonly impersonatorId: string;
  readonly impersonatorEmail: string;
}

export interface ImpersonatedDetails {
  impersonated_factor?: { impersonator_id: string; impersonator_email_address: string };
}

export function impersonatedDetails(factor: ImpersonatedFactor): ImpersonatedDetails {
  const { impersonatorId, impersonatorEmail } = factor;
  return {
    impersonated_factor: {
      impersonator_id: impersonatorId,
      impersonator_email_address: impersonatorEmail,
    },
  };
}
