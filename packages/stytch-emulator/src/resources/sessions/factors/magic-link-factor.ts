import { type EmailDetail, type EmailDetailOnWire, emailDetailToWire } from './email-detail.js';

/** A link that was sent by email or, if embedded, delivered by the application. */
export type MagicLinkFactor =
  | { readonly type: 'magic_link'; readonly deliveryMethod: 'email'; readonly email: EmailDetail }
  | { readonly type: 'magic_link'; readonly deliveryMethod: 'embedded'; readonly embeddedId: string };

export interface MagicLinkDetails extends EmailDetailOnWire {
  embeddable_magic_link_factor?: { embedded_id: string };
}

export function magicLinkDetails(factor: MagicLinkFactor): MagicLinkDetails {
  return factor.deliveryMethod === 'email'
    ? emailDetailToWire(factor.email)
    : { embeddable_magic_link_factor: { embedded_id: factor.embeddedId } };
}
