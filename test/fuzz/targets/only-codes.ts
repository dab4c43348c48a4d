import { type ErrorCode, GatewayError } from '../../../src/model/errors.ts';

/** Whether it is an error of one of these codes. Anything else is thrown on. */
export function isListed(error: unknown, codes: readonly ErrorCode[]): true {
  if (error instanceof GatewayError && codes.includes(error.code)) return true;
  throw error;
}

/** Runs something that may fail with these codes alone; undefined where it did. */
export function orListed<T>(run: () => T, codes: readonly ErrorCode[]): T | undefined {
  try {
    return run();
  } catch (error) {
    isListed(error, codes);
    return undefined;
  }
}
