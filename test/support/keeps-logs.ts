/** Whether the folders with the logs of a test are kept: ALLOY_TEST_KEEP is set. */
export const keepsLogs = (): boolean => Boolean(process.env['ALLOY_TEST_KEEP']);
