import pc from 'picocolors';

/** Functions that colour text; without colours they return it unchanged. */
export type Colors = ReturnType<typeof pc.createColors>;

export const colors = (isOn: boolean): Colors => pc.createColors(isOn);
