import { GatewayError } from '../../model/errors.ts';

/** The text fields of a `multipart/form-data` body as the query string that says the same. @throws GatewayError `PG_BAD_REQUEST` */
export async function multipartToQuery(body: Buffer, contentType: string): Promise<string> {
  try {
    const form = await new Response(body, { headers: { 'Content-Type': contentType } }).formData();
    const fields = [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
    return new URLSearchParams(fields).toString();
  } catch (error) {
    throw new GatewayError('PG_BAD_REQUEST', `error parsing form values: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
