import { compareSync } from 'bcryptjs';

export interface PasswordTask {
  readonly password: string;
  readonly hash: string;
}

/** Runs on a thread of its own: a check of cost 12 takes a third of a second without a pause. */
export function checkPassword({ password, hash }: PasswordTask): boolean {
  // Other implementations call the same algorithm `2y` or plain `2`; bcryptjs knows it as `2b`.
  return compareSync(password, hash.replace(/^\$2[xy]?\$/, '$2b$'));
}
