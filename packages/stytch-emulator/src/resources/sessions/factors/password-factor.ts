export interface PasswordFactor {
  readonly type: 'password';
  readonly deliveryMethod: 'knowledge';
}

export const passwordFactor: PasswordFactor = { type: 'password', deliveryMethod: 'knowledge' };
