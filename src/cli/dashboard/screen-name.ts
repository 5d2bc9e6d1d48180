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
