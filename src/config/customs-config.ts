import Type from "typebox";

/** What stands on papers for the customs branch (Circular 39/2018, article 52đ.3). */
export interface CustomsConfig {
  readonly siteName?: string;
  readonly siteCode?: string;
  readonly unit?: string;
}

const words = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: "^[^\\u0000-\\u001f\\u007f]+$", description }));

export const CustomsSchema = Type.Object(
  {
    siteName: words("Name of the place under customs supervision"),
    siteCode: words("Its code"),
    unit: words("The customs branch that supervises it"),
  },
  { additionalProperties: false, description: "What stands on notices to the customs branch" },
);
