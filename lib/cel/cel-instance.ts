/** What the classes of this engine have in common, so that one look tells their objects from a host's plain ones. */
export abstract class CelInstance {}
