/** A key for this tutorial and nothing else: everybody can read it here. */
export const DEMO_KEY = 'demo-key-of-alice-not-a-secret';
