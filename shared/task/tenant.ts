/** The owner of all tasks where no authorizer tells tenants apart. */
export const DEFAULT_TENANT = 'default';
