import type { HttpResponse } from './http-request.ts';

/** Whether only the end of the connection ends the body: a dying server does the same, so a hole would go unseen. */
export function endsUnseen({ header }: Pick<HttpResponse, 'header'>): boolean {
  const encoding = header('content-encoding').trim().toLowerCase();
  const framed = header('content-length') !== '' || /\bchunked\b/i.test(header('transfer-encoding'));
  // A block of snappy tells its length, frames of a stream do not tell their number.
  return !framed && (encoding === '' || encoding === 'identity');
}
