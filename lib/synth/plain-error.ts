/** An error about what a user wrote: of the stack only the user's own line is kept, the rest would bury the message. */
export function plainError(message: string): Error {
  const error = new Error(message);
  const frames =
    error.stack?.slice(error.stack.indexOf(message) + message.length).split('\n') ?? [];
  const own = frames.find((frame) => frame.trim().startsWith('at ') && !frame.includes(__dirname));
  error.stack = own === undefined ? message : `${message}\n${own}`;
  return error;
}
