/**
 * PostgreSQL. The update path is plain JDBC: sets of rows in a handful of statements; queries for operators go through Spring Data JPA
 * over a view.
 */
@NullMarked
package org.flowanchor.binding.adapter.persistence;

import org.jspecify.annotations.NullMarked;
