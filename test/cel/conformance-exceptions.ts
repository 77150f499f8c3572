/** Cases of the conformance data that this engine leaves out, and why. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  ...because(
    'cel.block is what optimizers write, not people; this engine has none',
    'block_ext/basic',
    [
      'int_add',
      'size_1',
      'size_2',
      'size_3',
      'size_4',
      'timestamp',
      'map_index',
      'nested_map_construction',
      'nested_list_construction',
      'multiple_macros_1',
      'multiple_macros_2',
      'multiple_macros_3',
      'nested_macros_1',
      'nested_macros_2',
      'adjacent_macros',
      'macro_shadowed_variable_1',
      'macro_shadowed_variable_2',
      'inclusion_list',
      'inclusion_map',
      'presence_test',
      'presence_test_2',
      'optional_list',
      'optional_map',
      'optional_map_chained',
      'call',
    ],
  ),
  ...because('the case declares functions of its own, for the checker alone', 'type_deductions', [
    'functions/function_result_type',
    'type_parameters/multiple_parameters_generality',
    'type_parameters/multiple_parameters_generality_2',
    'type_parameters/multiple_parameters_parameterized_ovl',
    'type_parameters/multiple_parameters_parameterized_ovl_2',
  ]),
  ...because('null is no optional here', 'type_deductions', [
    'legacy_nullable_types/null_assignable_to_abstract_parameter_candidate',
  ]),
};

function because(
  reason: string,
  section: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`${section}/${name}`, reason]));
}
