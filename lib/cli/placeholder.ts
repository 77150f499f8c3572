/** What is taken for the value of a variable that is not set where only the rest of a configuration matters. */
export const PLACEHOLDER = 'value-of-the-environment';
