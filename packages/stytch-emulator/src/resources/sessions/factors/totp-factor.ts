/** A code of an authenticator app, or a recovery code of one. */
export type TotpFactor =
  | { readonly type: 'totp'; readonly deliveryMethod: 'authenticator_app'; readonly totpId: string }
  | {
      readonly type: 'recovery_codes';
      readonly deliveryMethod: 'recovery_code';
      readonly recoveryCodeId: string;
    };

export interface TotpDetails {
  authenticator_app_factor?: { totp_id: string };
  recovery_code_factor?: { totp_recovery_code_id: string };
}

export function totpDetails(factor: TotpFactor): TotpDetails {
  return factor.type === 'totp'
    ? { authenticator_app_factor: { totp_id: factor.totpId } }
    : { recovery_code_factor: { totp_recovery_code_id: factor.recoveryCodeId } };
}
