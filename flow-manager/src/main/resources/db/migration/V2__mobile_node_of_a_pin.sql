-- A pin outlives the binding that told whose flow it is. Null where it was stored before this was known.
alter table flow_pin add column mobile_node_identifier text;
