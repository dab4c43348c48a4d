import { demoGuide } from './demo-guide.ts';
import { startDemoFleet } from './demo-fleet.ts';

/** The gateway as the demo needs it: the very one that a configuration file would start. */
interface DemoGateway {
  /** `http://host:port` it listens on. */
  readonly url: string;
  close(): Promise<void>;
}

export interface DemoDependencies {
  /** Starts the gateway with a configuration text. */
  readonly startGateway: (configYaml: string) => Promise<DemoGateway>;
  /** Where the guide is printed. */
  readonly write: (text: string) => void;
}

export interface RunningDemo {
  /** Ends the gateway first, so that it does not see its fleet die. */
  close(): Promise<void>;
}

/** Port of the fleet's control server, beside the gateway's 9490; any free one where it is taken. */
const CONTROL_PORT = 9491;

/** Starts the simulated fleet and the gateway in front of it, then prints what to try. */
export async function runDemo({ startGateway, write }: DemoDependencies): Promise<RunningDemo> {
  const fleet = await startDemoFleet({ controlPort: CONTROL_PORT });
  let gateway: DemoGateway;
  try {
    gateway = await startGateway(fleet.configYaml);
  } catch (error) {
    await fleet.close();
    throw error;
  }
  const { controlUrl, lookbackSeconds, targets } = fleet;
  write(demoGuide({ gatewayUrl: gateway.url, controlUrl, lookbackSeconds, targets }));
  return {
    async close() {
      await gateway.close();
      await fleet.close();
    },
  };
}
