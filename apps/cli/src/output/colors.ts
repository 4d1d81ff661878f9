import pc from 'picocolors';

/** How text is painted; where there are no colours, each gives the text as it is. */
export type Colors = ReturnType<typeof pc.createColors>;

export const colors = (isOn: boolean): Colors => pc.createColors(isOn);
