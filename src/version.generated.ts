// Made by scripts/generate.mjs from package.json. Do not edit: change the source and run `npm run build`.
export const version = "0.1.0";
