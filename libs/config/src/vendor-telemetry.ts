/**
 * Apollo's gateway reports usage to its vendor from the moment it is constructed, and only an environment variable stops it.
 * A city's network lets nothing out, and nobody asked for it: call this before the first gateway is built.
 */
export const keepApolloFromCallingHome = (): void => {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
};
