/** The screens that a digit goes to, in their order, and `:` by their names. */
export const mainScreens = ['orders', 'kitchen', 'riders', 'messages', 'system', 'letters'] as const;

/** The screens of the dashboard. */
export type ScreenName =
  | 'orders'
  | 'order'
  | 'place'
  | 'kitchen'
  | 'riders'
  | 'messages'
  | 'system'
  | 'letters'
  | 'letter';
