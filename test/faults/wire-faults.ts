import type { ConnectionScript } from '../servers/fault/switch-proxy.ts';
import { badAnswers } from './bad-answers.ts';
import type { Fault } from './fault.ts';
import { PROXIED_SHARD } from './stage.ts';

type Role = 'leader' | 'follower';

/** A scripted server takes the place of a replica. */
function replaced(
  name: string,
  what: string,
  ...[script, kinds, role = 'leader']: [script: ConnectionScript, kinds: readonly string[], role?: Role]
): Fault {
  return {
    name,
    what: `${role}: ${what}`,
    kinds,
    async inject(stage) {
      const victim = await stage.find(PROXIED_SHARD, role);
      const proxy = stage.proxies[victim.replica]!;
      proxy.play(script);
      return { victim, heal: () => proxy.heal() };
    },
  };
}

const refused: Fault = {
  name: 'refused',
  what: 'leader: connections refused',
  kinds: ['connect'],
  async inject(stage) {
    const victim = await stage.find(PROXIED_SHARD, 'leader');
    const proxy = stage.proxies[victim.replica]!;
    await proxy.refuse();
    return { victim, heal: () => proxy.heal() };
  },
};

const late = ['slow', 'timeout'];
const bad = badAnswers;

export const wireFaults: readonly Fault[] = [
  refused,
  replaced('hung', 'accepts, never answers', bad.hung, late),
  replaced('hung-follower', 'accepts, never answers', bad.hung, late, 'follower'),
  replaced('hung-headers', 'stops in the middle of its headers', bad.hungInHeaders, late),
  replaced('slow-drip', '8 bytes of its body every 50 ms', bad.slowDrip, late),
  replaced('slow-drip-follower', '8 bytes of its body every 50 ms', bad.slowDrip, late, 'follower'),
  replaced('reset-headers', 'reset in the headers', bad.resetInHeaders, ['reset']),
  replaced('reset-body', 'reset in mid-body', bad.resetInBody, ['reset']),
  replaced('status-429', 'status 429 with Retry-After', bad.tooManyRequests, ['status']),
  replaced('status-503', 'status 503 with Retry-After', bad.unavailable, ['status']),
  replaced('redirect', 'redirects', bad.redirect, ['redirect']),
  replaced('content-type', 'JSON with 200', bad.wrongContentType, ['content_type']),
  replaced('html', 'HTML with 200', bad.htmlAsHtml, ['content_type']),
  replaced('html-as-text', 'HTML with 200, called text', bad.htmlAsText, ['parse']),
  replaced('gzip-truncated', 'truncated gzip', bad.truncatedGzip, ['encoding']),
  replaced('gzip-corrupt', 'corrupt gzip', bad.corruptGzip, ['encoding', 'parse']),
  replaced('endless-lines', 'an endless body of sound lines', bad.endlessLines, ['slow']),
  replaced('endless-comments', 'an endless body of comments', bad.endlessComments, ['slow']),
  replaced('garbage', 'bytes of no form', bad.garbage, ['parse', 'limit']),
  replaced('not-http', 'the greeting of another protocol', bad.notHttp, ['encoding']),
  replaced('huge-line', 'a line of 100 MB', bad.hugeLine, ['limit']),
];
